export interface PolicyStatement {
    readonly Sid: string;
    readonly Effect: "Allow";
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document, as `aws iam create-policy --policy-document` takes it. */
export interface OperatorPolicy {
    readonly Version: "2012-10-17";
    readonly Statement: readonly PolicyStatement[];
}
