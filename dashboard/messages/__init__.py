"""Messages to units: one short text each, a card, an e-mail, a calendar; and what was sent."""
