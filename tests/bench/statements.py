"""How many statements each case of the measure may ask the database for. More fails a test; who needs fewer writes that down.

Up to two of each are the person and their stores, which a process remembers but for the one transaction of a test.
"""

STATEMENTS = {
    "the floor: /healthz": 0,
    "list 50 customers by name, page": 6,
    "list 50 customers by name, API": 6,
    "customers by phone fragment, page": 6,
    "customers by phone fragment, API": 6,
    "open a customer, page": 9,  # one for what they let us do: whoever opens the file must see a no before they call
    "open a customer, API": 6,
    "create an A card, page and card": 26,
    "create an A card, API": 18,
    "issue a part, page and work order": 25,
    "issue a part, API": 10,
    "the month in figures, page": 4,
    "the month in figures, API": 4,
    "today and the month so far, page": 5,
    "today and the month so far, API": 5,
    "home of an adviser": 20,
    "home of a service adviser": 15,
    "home of the general manager": 43,
    "open a work order, page": 16,
    "open a work order, API": 9,
    "the workshop board": 5,
    "the calling page": 16,
    "search everything, page": 9,
    "search everything, API": 9,
    "record a contact, page and next card": 25,
    "record a contact, API": 12,
    "take a payment, page and invoice": 18,
    "take a payment, API": 14,
    "sign in and see home": 30,
}
