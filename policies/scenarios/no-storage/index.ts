import { BucketV2 } from "@pulumi/aws/s3/bucketV2";
import * as pulumi from "@pulumi/pulumi";

const bucket = new BucketV2("pictures", {});
export const desired = pulumi.interpolate`s3://${bucket.bucket}`;
