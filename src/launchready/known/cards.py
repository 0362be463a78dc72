"""Payment cards: which numbers issuers give out, and the ones that stand for nobody's card in tests (2026-11-24).

Issuer ranges: ISO/IEC 7812 as the networks publish them. Test numbers: docs.stripe.com/testing, "Cards by brand", and
the ones that Braintree and Adyen have in common with it. Stripe's numbers for declines and disputes begin with 400000.
"""

# First and last number of a range, and the digits of a whole number. Visa's and UnionPay's rarer lengths are not here.
ISSUERS = (
    ("34", "34", 15),  # American Express
    ("37", "37", 15),
    ("300", "305", 14),  # Diners Club
    ("36", "36", 14),
    ("38", "39", 14),
    ("3528", "3589", 16),  # JCB
    ("4", "4", 16),  # Visa
    ("51", "55", 16),  # Mastercard
    ("2221", "2720", 16),
    ("6011", "6011", 16),  # Discover
    ("644", "659", 16),
    ("62", "62", 16),  # UnionPay
)
TEST_PREFIX = "400000"
TEST_NUMBERS = frozenset(
    {
        "2223003122003222",
        "30569309025904",
        "3056930009020004",
        "3530111333300000",
        "3566002020360505",
        "36227206271667",
        "371449635398431",
        "378282246310005",
        "378734493671000",
        "38520000023237",
        "4000056655665556",
        "4012888888881881",
        "4111111111111111",
        "4242424242424242",
        "5105105105105100",
        "5200828282828210",
        "5454545454545454",
        "5555555555554444",
        "6011000990139424",
        "6011111111111117",
        "6011981111111113",
        "6200000000000005",
        "6200000000000047",
        "6555900000604105",
    }
)
