"""Mails: composing them (texts, calendar files) and handing them to the provider."""
