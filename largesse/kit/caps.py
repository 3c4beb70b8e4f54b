"""Every upper bound that a user can meet, in one table.

Each name says what is bounded; its unit stands in the comment. A test reports the table in the
reference pages.
"""

from typing import Final

BODY_BYTES_MAX: Final = 4_000_000  # bytes of a JSON request body
DEPTH_MAX: Final = 64  # levels of lists and objects in a JSON body
MEMBERS_MAX: Final = 10_000  # members of one JSON object
LIST_MAX: Final = 100_000  # elements of one JSON list

INTEGER_DIGITS_MAX: Final = 18  # digits before the decimal point of an amount
DECIMALS_MAX: Final = 12  # digits after the decimal point of an amount
NUMBER_CHARACTERS_MAX: Final = 64  # characters of a number as it is written

TEXT_MAX: Final = 100_000  # characters of one text
IDENTIFIER_MAX: Final = 1_000  # characters of an integration id
IDEMPOTENCY_KEY_MAX: Final = 255  # characters
IDEMPOTENCY_SECONDS: Final = 24 * 3600  # how long the reply to a key is kept

CART_LINES_MAX: Final = 1_000  # lines of a cart
CART_UNITS_MAX: Final = 10_000  # units of a cart, all lines together
QUANTITY_MAX: Final = 10_000  # units of one line
COUPON_CODES_MAX: Final = 50  # codes in one session
SESSION_IDENTIFIERS_MAX: Final = 5  # identifiers of a session
LOYALTY_CARDS_MAX: Final = 1  # cards in a session

COUPONS_PER_CALL_MAX: Final = 20_000  # codes that one call may create
USAGE_LIMIT_MAX: Final = 999_999  # redemptions, reservations
DISCOUNT_LIMIT_MAX: Final = 10**15  # units of the currency
PATTERN_CHARACTERS_MAX: Final = 100  # characters of a coupon pattern
CODE_TRIES_MAX: Final = 20  # draws for one code before the pattern counts as full

PAGE_SIZE_MAX: Final = 1_000  # objects of one page
SKIP_MAX: Final = 10**9  # objects left out before a page

RULES_MAX: Final = 1_000  # rules of one ruleset
RULE_NODES_MAX: Final = 20_000  # nodes of one rule
RULE_DEPTH_MAX: Final = 50  # levels of one expression
RULE_STEPS_MAX: Final = 1_000_000  # calls that one evaluation of a rule may make
RULE_FAULTS_MAX: Final = 100  # faults that are told of one expression
RULE_OUTPUT_MAX: Final = 100_000  # characters or elements of one computed value
BINDINGS_DEPTH_MAX: Final = 20  # bindings of which each refers to the next
EFFECTS_MAX: Final = 20_000  # effects of one evaluation
PATTERN_BYTES_MAX: Final = 1_000_000  # memory of one compiled regular expression
LIMITS_MAX: Final = 100  # budgets of one campaign

TURN_SECONDS_MAX: Final = 3  # how long a request waits for others of the same session
RACES_MAX: Final = 3  # times that a lost race is decided again
