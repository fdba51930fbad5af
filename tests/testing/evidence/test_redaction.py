"""Secrets and personal data never appear in evidence, and everything else stays as it was sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from evidence_samples import START, account, exchange

from loopyard.protocols import oauth
from loopyard.testing.evidence.accounts import t_accounts
from loopyard.testing.evidence.audit import audit_html, audit_text
from loopyard.testing.evidence.interactions import interactions_html, interactions_ndjson
from loopyard.testing.evidence.lanes import sequence_text
from loopyard.testing.evidence.model import AccountLine, Exchange, Finding, OpenItem
from loopyard.testing.evidence.redaction import Redactor, redacted
from loopyard.testing.evidence.sequence import sequence_diagram

PHONE = "265991000417"
ILP = base64.urlsafe_b64encode(json.dumps({"payee": PHONE, "padding": "x" * 80}).encode()).decode()
SECRETS = {
    "bearer": "s3cr3tBearerTokenValue",
    "basic": base64.b64encode(b"user:hunter2hunter2").decode(),
    "password": "hunter2hunter2",
    "api key": "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "webhook hash": "flw-shared-hash-88",
    "bankone token": "7f3c9a10-0000-4000-8000-00000000c0de",
    "finacle password": "Fin4cleP4ss",
    "ofs password": "ofsPassw0rd",
    "oauth secret": "cl1ent-s3cret/with+signs",
    "query token": "querytoken12345",
    "jwt": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbWluYSJ9.c2lnbmF0dXJl",
    "phone": PHONE,
    "first name": "Chikondira",
    "last name": "Bandawe",
    "birth": "1980-03-17",
    "email": "chikondira@example.org",
    "account": "0123456789",
    "iso name": "Thokozani Phirilongwe",
    "iso phone": "265881000942",
    "numeric phone": "265777000333",
    "ilp packet": ILP,
    "embedded": "embeddedSecret99",
    "typed password": "481516",
    "password on its way": "234299",
}


def planted() -> list[Exchange]:
    """Every secret, in every place that a payment message keeps it."""
    s = SECRETS
    json_headers = (("Content-Type", "application/json"), ("Authorization", f"Bearer {s['bearer']}"))
    party = {
        "party": {
            "partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": PHONE},
            "personalInfo": {
                "complexName": {"firstName": s["first name"], "lastName": s["last name"]},
                "dateOfBirth": s["birth"],
            },
            "name": f"{s['first name']} {s['last name']}",
        },
        "note": f"for {s['first name']} at +{PHONE}, {s['email']}",
        "ilpPacket": ILP,
    }
    iso = {"Cdtr": {"Nm": s["iso name"]}, "CdtrAcct": {"Id": {"Othr": {"Id": s["iso phone"]}}}}
    form = f"grant_type=client_credentials&client_secret={quote(s['oauth secret'], safe='')}&password={s['password']}"
    fixml = f"<Security><Token><Password>{s['finacle password']}</Password></Token></Security>"
    ofs = f"FUNDS.TRANSFER,/I/PROCESS//0,OFSUSR/{s['ofs password']}/NG0010001,,DEBIT.ACCT.NO:1:1=74129"
    return [
        exchange(1, url=f"/parties/MSISDN/{PHONE}?token={s['query token']}", body=party, headers=json_headers),
        exchange(2, body=iso, headers=(("authorization", f"Basic {s['basic']}"), ("verif-hash", s["webhook hash"]))),
        exchange(3, body=form.encode(), headers=(("content-type", "application/x-www-form-urlencoded"),)),
        exchange(4, body=fixml.encode(), headers=(("content-type", "text/xml"),)),
        exchange(5, body={"ofsRequest": ofs}),
        exchange(6, body=ofs.encode(), headers=(("content-type", "text/plain"),)),
        exchange(7, body={"Token": s["bankone token"], "AccountNumber": s["account"], "mobile": 265777000333}),
        exchange(8, url=f"/accounts/{s['account']}", answer={"id_token": s["jwt"], "email": s["email"]}),
        exchange(9, body=b'{"broken": ["key ' + s["api key"].encode() + b" jwt " + s["jwt"].encode()),
        exchange(10, body={"payload": json.dumps({"client_secret": s["embedded"]})}),
        exchange(12, body={"otpValue": s["typed password"]}),
        exchange(13, body={"authenticationInfo": {"authentication": "OTP", "authenticationValue": s["password on its way"]}}),
        exchange(11, status=400, answer={"message": f"no account {s['account']} for {s['last name']}, {PHONE}"}),
    ]


def diagram(exchanges: list[Exchange]) -> str:
    return sequence_diagram(exchanges, title="planted")


@pytest.mark.parametrize("show", [diagram, sequence_text, interactions_html, interactions_ndjson])
def test_planted_secrets_never_appear(show: Callable[[list[Exchange]], str]) -> None:
    shown = show(planted())
    leaked = [name for name, secret in SECRETS.items() if secret in shown or quote(secret, safe="") in shown]
    assert leaked == []


def test_the_planted_messages_do_contain_every_secret() -> None:
    plain = repr(planted())
    assert [name for name, secret in SECRETS.items() if secret not in plain and quote(secret, safe="") not in plain] == []


def test_a_log_that_is_still_written_is_redacted_by_all_that_it_has_said_so_far() -> None:
    name, phone = SECRETS["last name"], PHONE
    said, later = planted()[:1], exchange(2, status=400, answer={"message": f"no account for {name} at {phone}"})
    known = Redactor.of(said)
    assert known.learning([later]) is known, "nothing new was given away"
    learned = Redactor.of(()).learning([exchange(3)]).learning(said)
    assert learned.known == known.known
    shown = learned.exchange(later).response_body.decode()
    assert (name in shown, phone in shown) == (False, False)


def test_what_exchanges_gave_away_is_masked_in_accounts_and_findings() -> None:
    redactor = Redactor.of(planted())
    line = AccountLine(START, "T1", f"to {SECRETS['last name']} {PHONE}", "1", "")
    view = replace(account(f"savings {SECRETS['account']}"), lines=(line,))
    finding = Finding("duplicate", "break", f"paid {PHONE} twice", SECRETS["account"])
    item = OpenItem(f"credit to {SECRETS['last name']} is pending", PHONE)
    shown = t_accounts([view], redactor=redactor)
    shown += audit_html([finding], [item], redactor=redactor) + audit_text([finding], [item], redactor=redactor)
    for name in ("last name", "phone", "account"):
        assert SECRETS[name] not in shown
    assert "•••417" in shown


def test_the_last_three_digits_stay_so_that_people_can_be_told_apart() -> None:
    [shown] = redacted([exchange(url="/parties/MSISDN/265991000417", body={"partyIdentifier": "265991000417"})])
    assert shown.url == "/parties/MSISDN/•••417"
    assert json.loads(shown.request_body) == {"partyIdentifier": "•••417"}


def test_amounts_and_ids_stay_as_they_were_written() -> None:
    body = (
        b'{"amount":100.50,"big":12345678901234567890,"exp":1E+2,"transferId":"01M7XT8VXJ4391MAW2DDR0GS3B","on":true,"no":null}'
    )
    [shown] = redacted([exchange(body=body)])
    assert shown.request_body == body


def test_redacting_twice_changes_nothing() -> None:
    once = redacted(planted())
    again = Redactor.of(once)
    for shown in once:
        assert again.body(shown.request_body, dict(shown.request_headers).get("Content-Type", "")) == shown.request_body
        assert again.text(shown.url) == shown.url
    assert redacted(once) == once


def test_a_string_that_imitates_the_mark_of_a_number_is_still_masked() -> None:
    [shown] = redacted([exchange(body={"password": "\0123456", "mobile": "\0265991000417"})])
    assert b"123456" not in shown.request_body
    assert b"265991" not in shown.request_body


def test_a_secret_that_looks_redacted_is_replaced_too() -> None:
    [shown] = redacted([exchange(body={"password": "[hunter2•••"})])
    assert json.loads(shown.request_body) == {"password": "[redacted]"}


def test_the_type_of_a_token_is_no_secret() -> None:
    [shown] = redacted([exchange(answer={"token_type": "Bearer", "access_token": "abcdefgh"})])
    assert json.loads(shown.response_body) == {"token_type": "Bearer", "access_token": "[redacted]"}


def test_an_exchange_cannot_be_drawn_unredacted_by_mixing_it_with_redacted_ones() -> None:
    mixed = [*redacted([exchange(1)]), exchange(2, body={"password": "hunter2hunter2"})]
    assert "hunter2hunter2" not in interactions_html(mixed)


def test_the_holder_of_an_account_stays_a_role_and_loses_a_number() -> None:
    assert Redactor.of(()).account(replace(account(), holder="Amina")).holder == "Amina"
    masked = Redactor.of(()).account(replace(account(), holder=f"MSISDN:{PHONE}"))
    assert masked.holder == "MSISDN:•••417"
    for name in (PHONE, f"MSISDN:{PHONE}", f"MSISDN:{PHONE}:till-7"):
        assert PHONE not in t_accounts([replace(account(), holder=f"MSISDN:{PHONE}", name=name)])


def test_the_send_money_api_names_people_too() -> None:
    told = exchange(body={"payer": {"payerId": PHONE}, "payeeId": PHONE})
    assert PHONE not in interactions_ndjson([told])


def test_neither_tokens_nor_the_secrets_they_were_given_for_are_shown_anywhere() -> None:
    secret, form_secret = "a secret of the bank", "another secret"
    token = oauth.issue(oauth.throwaway_key(1), {"iss": "http://iam", "azp": "green-bank"})
    form = (("Content-Type", oauth.FORM),)
    fields = urlencode({"client_id": "other", "client_secret": form_secret, "token": token}).encode()
    seen = [
        exchange(
            1,
            headers=(*form, ("Authorization", oauth.basic("green-bank", secret))),
            body=b"grant_type=client_credentials",
            answer={"access_token": token, "expires_in": 300, "token_type": "Bearer"},
        ),
        exchange(2, headers=form, body=fields),
        exchange(3, headers=(("authorization", f"Bearer {token}"),), url=f"/transfers?why={quote(secret)}"),
        exchange(4, headers=(("X-API-Key", form_secret),), body={"note": f"it said {secret}, {form_secret}, {token}"}),
    ]
    shown = interactions_ndjson(seen) + interactions_html(seen)
    for value in (token, token.split(".")[2], secret, quote(secret), form_secret, oauth.basic("green-bank", secret)[6:]):
        assert value not in shown
    assert "grant_type=client_credentials" in shown
    assert "300" in shown


@pytest.mark.parametrize("levels", [500, 100_000])
def test_a_message_that_is_nested_to_hurt_is_redacted_as_text(levels: int) -> None:
    body = f'{{"partyIdentifier": "{PHONE}", "deep": ' + "[" * levels + "]" * levels + "}"
    (shown,) = redacted([replace(exchange(), request_body=body.encode())])
    assert PHONE not in str(shown.request_body)
    assert "[" * levels in str(shown.request_body)


def test_half_a_surrogate_pair_is_shown_as_json_spells_it() -> None:
    body = f'{{"partyIdentifier":"{PHONE}","note":"\\ud83d"}}'
    (shown,) = redacted([replace(exchange(), request_body=body.encode())])
    assert b'"note":"\\ud83d"' in shown.request_body
    assert PHONE.encode() not in shown.request_body
