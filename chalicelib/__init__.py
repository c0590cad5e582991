"""Terminwerk: online appointment booking that never books a slot twice."""
