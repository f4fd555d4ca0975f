"""A district's own form, declared from an example: what its columns mean, the declaration, and the sample that holds it to that."""
