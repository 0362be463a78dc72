"""The name each certificate authority answers to in CAA records.

Sources: Amazon by docs.aws.amazon.com/acm/latest/userguide/setup-caa.html; Let's Encrypt by letsencrypt.org/docs/caa;
Google by pki.goog/faq; the others by the CAA section (4.2.1) of each authority's practice statement, as of 2026-11-24.
An authority that is not here makes the check unknown. An organisation is the O= of the issuing
certificate; resellers with an intermediate of their own (Cloudflare, cPanel, Gandi, ZeroSSL) are under the authority
that runs it.
"""

_DIGICERT = ("digicert.com", "www.digicert.com", "symantec.com", "thawte.com", "geotrust.com", "rapidssl.com")
_SECTIGO = ("sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com")
_GODADDY = ("godaddy.com", "starfieldtech.com")
_CERTUM = ("certum.pl", "certum.eu")

CAA_NAMES: dict[str, tuple[str, ...]] = {
    "Actalis S.p.A.": ("actalis.it",),
    "Amazon": ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"),
    "Asseco Data Systems S.A.": _CERTUM,
    "Buypass AS-983163327": ("buypass.com", "buypass.no"),
    "Certainly": ("certainly.com",),
    "Cloudflare, Inc.": _DIGICERT,
    "COMODO CA Limited": _SECTIGO,
    "cPanel, Inc.": _SECTIGO,
    "cPanel, LLC": _SECTIGO,
    "DigiCert Inc": _DIGICERT,
    "DigiCert, Inc.": _DIGICERT,
    "Gandi": _SECTIGO,
    "Gandi SAS": _SECTIGO,
    "GEANT Vereniging": _SECTIGO,
    "GeoTrust Inc.": _DIGICERT,
    "GlobalSign nv-sa": ("globalsign.com",),
    "GoDaddy.com, Inc.": _GODADDY,
    "Google Trust Services": ("pki.goog",),
    "Google Trust Services LLC": ("pki.goog",),
    "Hellenic Academic and Research Institutions CA": ("harica.gr",),
    "IdenTrust": ("identrust.com",),
    "Let's Encrypt": ("letsencrypt.org",),
    "Microsoft Corporation": ("microsoft.com",),
    "Sectigo Limited": _SECTIGO,
    "SSL Corp": ("ssl.com",),
    "SSL Corporation": ("ssl.com",),
    "Starfield Technologies, Inc.": _GODADDY,
    "SwissSign AG": ("swisssign.com",),
    "Unizeto Technologies S.A.": _CERTUM,
    "ZeroSSL": _SECTIGO,
}

# Properties that authorities must understand (IANA, Certification Authority Restriction Properties, 2026-11-24).
CAA_TAGS = frozenset({"issue", "issuewild", "iodef", "contactemail", "contactphone", "issuemail", "issuevmc"})
