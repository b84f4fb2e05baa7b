"""Files in a bucket, where DMS_S3_BUCKET names one: kept, served and swept as on a disk."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from moto import mock_aws

from dms.core.databases import s3
from dms.records import attachments

BUCKET = "dealership"
PLACE = {"endpoint": "", "region": "us-east-1", "key": "key", "secret": "secret"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _bucket(settings) -> Iterator[None]:
    """A bucket as S3 keeps it, in this process."""
    with mock_aws():
        boto3.client("s3", region_name=PLACE["region"]).create_bucket(Bucket=BUCKET)
        settings.STORAGES = {**settings.STORAGES, "default": s3(BUCKET, **PLACE)}
        yield


def keep(cast, name: str = "a.txt"):
    return attachments.store(SimpleUploadedFile(name, b"written"), by=cast.adviser)


def test_a_file_is_served_from_the_bucket_by_our_own_page(cast):
    response = attachments.respond(keep(cast))
    assert b"".join(response) == b"written"
    assert response["Cache-Control"] == "private, no-store"
    response.close()


def test_a_file_that_is_gone_from_the_bucket_is_not_found(cast):
    kept = keep(cast)
    kept.file.storage.delete(kept.file.name)
    with pytest.raises(Http404):
        attachments.respond(kept)


def test_what_no_row_knows_is_swept_from_the_bucket_though_it_has_no_folders(cast):
    kept = keep(cast)
    with transaction.atomic():  # an act that keeps a file and is refused afterwards
        left = keep(cast)
        transaction.set_rollback(True)
    assert attachments.sweep() == 0, "the act may still be under way"
    assert attachments.sweep(older_than=timedelta(0)) == 1
    assert default_storage.exists(kept.file.name)
    assert not default_storage.exists(left.file.name)


def test_an_empty_bucket_has_nothing_to_sweep():
    assert attachments.sweep(older_than=timedelta(0)) == 0
