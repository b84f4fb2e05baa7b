"""Static files under hashed, compressed, forever-cached names in a demo as well: Django itself would drop the hash under DEBUG."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class AlwaysHashed(CompressedManifestStaticFilesStorage):
    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002
        address: str = super().url(name, force=True)
        return address
