"""The commands, thin: each calls the same services as the window and holds no rule of its own."""
