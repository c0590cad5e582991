"""The use cases. They decide by the rules of the domain and know adapters only by what they ask of them (`ports`)."""
