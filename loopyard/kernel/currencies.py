"""The currency codes and the decimals of each, as a table. What a currency or an amount is stands in `money`.

Sources: ISO 4217 list one; the `Currency` enumeration of the FSPIOP API definition 2.0, which also has codes that ISO
withdrew and codes that ISO never gave out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ISO_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"

_ISO_2 = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""

_ISO_3 = "BHD IQD JOD KWD LYD OMR TND"

_ISO_4 = "CLF UYW"

# ISO gives these no minor unit at all; the finest step that money has forbids nothing.
_ISO_NONE = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"

_WITHDRAWN_0 = "AOR"
_WITHDRAWN_2 = "AFA ANG BGN CUC HRK MRO SLL STD VEF ZWD ZWL"

_NEVER_ISO_2 = "GGP IMP JEP SPL TVD"

_CODES_BY_EXPONENT = (
    (0, f"{_ISO_0} {_WITHDRAWN_0}"),
    (2, f"{_ISO_2} {_WITHDRAWN_2} {_NEVER_ISO_2}"),
    (3, _ISO_3),
    (4, f"{_ISO_4} {_ISO_NONE}"),
)

EXPONENTS: Mapping[str, int] = MappingProxyType(
    {code: exponent for exponent, codes in _CODES_BY_EXPONENT for code in codes.split()}
)
"""Currency code to the number of decimals of its minor unit."""
