/** A volume that is not shown is not yet a volume that is lost; so nothing that deletes is advised. There are no backup sets yet. */
export const lookFirst = (volumeId: string): string =>
    `look first whether it is: aws sts get-caller-identity (the drive's account?), the region, aws ec2 describe-volumes --volume-ids ${volumeId}; where it is there, use these credentials, or give it back the tags of its neighbours. Change nothing else until then. If it really is gone, docs/guide.md ("A volume is lost") says how the files come back from snapshots`;
