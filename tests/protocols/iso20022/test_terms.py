"""Terms sealed over ISO 20022: the payee's packet and the FX provider's condition survive the way to the payer and back."""

from __future__ import annotations

from dataclasses import replace

from loopyard.protocols import ilp
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT
from tests.protocols.iso20022 import material

SECRET = "a secret"
EXPIRES = "2026-11-21T01:09:56.621Z"


def test_a_quote_sealed_from_what_the_payee_read_is_fulfilled_at_the_payer() -> None:
    for profile in (STRICT, LIKE_SDK):
        asked = MESSAGES["POST /quotes"].to_iso(material.vector("quotes_post_send").fspiop, material.ENVELOPE, profile)
        request = MESSAGES["POST /quotes"].from_iso(asked, profile)
        offer = {"transferAmount": {"currency": "USD", "amount": "100"}, "expiration": EXPIRES}
        sealed = ilp.build_quote("v4", SECRET, request, offer)
        offer |= {"ilpPacket": sealed.packet, "condition": sealed.condition}
        envelope = replace(material.ENVELOPE, answers=asked)
        quoted = MESSAGES["PUT /quotes/{ID}"].to_iso(offer, envelope, profile)
        terms = MESSAGES["PUT /quotes/{ID}"].from_iso(quoted, profile)
        assert terms["condition"] == sealed.condition
        assert ilp.decode(terms["ilpPacket"]).data["payee"] == request["payee"]

        prepare = {
            "transferId": request["transactionId"],
            "payerFsp": "payerfsp",
            "payeeFsp": "payeefsp",
            "amount": terms["transferAmount"],
            "ilpPacket": terms["ilpPacket"],
            "condition": terms["condition"],
            "expiration": EXPIRES,
        }
        sent = MESSAGES["POST /transfers"].to_iso(prepare, replace(material.ENVELOPE, answers=quoted), profile)
        prepared = MESSAGES["POST /transfers"].from_iso(sent, profile)
        assert {name: prepared[name] for name in prepare} == prepare
        fulfilment = ilp.fulfilment_of(SECRET, prepared["ilpPacket"])
        done = {"fulfilment": fulfilment, "completedTimestamp": EXPIRES, "transferState": "COMMITTED"}
        report = MESSAGES["PUT /transfers/{ID}"].to_iso(done, material.ENVELOPE, profile)
        read = MESSAGES["PUT /transfers/{ID}"].from_iso(report, profile)
        assert ilp.fulfils(read["fulfilment"], terms["condition"])


def test_a_conversion_s_condition_is_the_whole_seal() -> None:
    vector = material.vector("fxQuotes_put")
    terms = vector.fspiop["conversionTerms"]
    sealed = ilp.build_fx_quote("v4", SECRET, "828cc75f-1654-415e-8fcd-df76cc000001", terms)
    message = MESSAGES["PUT /fxQuotes/{ID}"]
    written = message.to_iso({"condition": sealed.condition, "conversionTerms": terms}, vector.envelope, STRICT)
    assert written["CdtTrfTxInf"]["VrfctnOfTerms"] == {"Sh256Sgntr": sealed.condition}
    assert ilp.fulfils(sealed.fulfilment, message.from_iso(written)["condition"])
