"""The whole product on a local AWS, used, deployed again and attacked."""
