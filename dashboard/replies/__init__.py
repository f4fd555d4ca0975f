"""The right of reply: what an employee says of his own record, and what the head of his unit answers."""
