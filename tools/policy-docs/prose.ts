/** What no single policy can say of the whole; the rest of docs/policies.md comes from the policies. */
export const INTRODUCTION = `A CrossGuard pack for storage on AWS. It judges a preview before anything is touched, and it knows nothing of our own
components: plain \`aws.ebs.Volume\` and \`aws.ec2.Instance\` programs are judged by the same rules.

\`\`\`sh
pulumi preview --policy-pack policies
pulumi preview --policy-pack policies --policy-pack-config stacks/policies.content.json
npm run preview:pr -- --stack content      # the same, in the drive's words
\`\`\`

**Without an account** any program can be judged with stand-ins that take every resource and make nothing; they are what the scenarios
run on (\`npm run setup\` has built the engine, \`eval "$(bin/elastic-drive lab env)"\` puts it on PATH once a lab runs):

\`\`\`sh
PATH="$PWD/policies/scenarios/stand-in:$PATH" pulumi -C <program> preview --policy-pack "$PWD/policies"
\`\`\`

- **What is said.** A policy's description, what it says of the resource, with the numbers, and how to fix it; \`pulumi\` names the resource
  on the line before. A level of \`mandatory\` stops the preview, \`advisory\` only says it.
- **Preview before \`up\`.** A rule on the whole stack is judged when everything in it is known; an \`up\` that skips the preview
  therefore reports it only after everything was made. \`elastic-drive up\` always previews with the pack first.
- **What a preview does not know** is named in a remark ("not judged: …") and judged when it is known. It never silences the
  rule for the other resources.
- **Which volume is on which server** is read from the dependencies that the engine records, so it is known before either exists.
- **A drive** is what carries the tag \`elastic-drive:drive\`, or is inside our component. A slot's state comes from our stack's output
  \`desired\`; a program without it may say it by the tags \`elastic-drive:state\` (\`leaving\`, \`copying\`, \`released\`) and \`elastic-drive:takes\` (slots whose data a volume takes over).
- **What it costs** (\`npm run bench -- policies\`; two cores with nothing else to do): at 1,000 resources the pack's process used 2.2 s of
  processor time and 184 MiB, a pack without any policy 1.9 s and 170 MiB, awsguard 2.3 s and 207 MiB; the policies' own part grew 4.1 times from 100 to 1,000.
  The whole preview took 9.5 s, with the empty pack 9.9 s and with awsguard 9.9 s: no difference that a person would see.
- **What the pack cannot see**: resources of other stacks, what a prefix list holds (a rule with one is remarked on), options that an
  account or an image sets, the option \`retainOnDelete\`, what a resource was before (so \`preview:pr\`, which sees both sides, refuses a
  volume that shrinks), and what is inside a server.
- **Which types**: EBS volumes and attachments, instances, spot requests, launch templates and configurations, security groups and all three kinds of
  their rules, interfaces and addresses, remote commands, DLM policies and AWS Backup selections of the \`aws\` and \`command\` packages. Others,
  and other packages such as \`aws-native\`, are left alone.`;

export const PULL_REQUESTS = `\`npm run preview:pr -- --stack <name>\` (or \`--base <commit>\`: every stack that the changes since then touch) previews with the pack and says in
Markdown, or with \`--json\`: capacity, slots and price before → after, what joins, leaves and changes, online or with downtime and about how long, what
policies say and how to fix it. \`.github/workflows/preview.yml\` writes the same into the summary of the run.

| verdict | means | exit code |
| --- | --- | --- |
| ✅ may go | nothing forbids it | 0 |
| ⚠️ data could be lost | nothing forbids it; each way in which data could be lost is a line of its own | 0 |
| ❌ refused by a policy | by a mandatory one | 1 |
| ❌ cannot be done | the preview lets it through and EBS will not: a volume that shrinks | 1 |
| ❌ the preview failed | with the engine's own words, such as for a protected volume that vanished | 1 |

Volumes that are going (leaving, released, or copied already) count as slots and cost money, and hold no capacity. One that is kept (\`--keep\`) is said to be,
and counts no more once it has left the stack, though it is paid for. Prices are dated list prices of one region; \`--prices <file>\` gives others.`;

export const SWITCHING_OFF = `Levels and settings of a stack are a JSON file beside its configuration, \`stacks/policies.<stack>.json\`; \`elastic-drive preview\`, \`elastic-drive up\` and
\`npm run preview:pr\` take it by themselves, \`pulumi\` takes it as \`--policy-pack-config\`. Every policy may be \`mandatory\`, \`advisory\` or \`disabled\` (those that can mend: also
\`remediate\`). **Lowering one wants a reason**: it is shown in every preview as a remark of \`pack-configuration\`, and a lowered
policy without one is shown as well. \`all\` is the engine's own name for every policy that is not named; what it lowers is said in the same way,
and \`pack-configuration\` stays on.

**Who answers a faulty file.** \`elastic-drive\` and \`preview:pr\` read it first and refuse it before the engine starts (\`InvalidInput\`): all its faults at once, each with the
place, what was seen, what is expected and the nearest name. Under \`pulumi\` alone the engine reads it before the pack is asked:

| in the file | who answers under \`pulumi --policy-pack-config\` | the answer |
| --- | --- | --- |
| a name that no policy has, with a level | \`pack-configuration\` | \`there is no policy 'volume-encryption'; did you mean 'volume-encrypted'?\` |
| a name that no policy has, with settings and no level | the engine | \`invalid enforcement level ""\`: look for a misspelt name |
| a setting that the policy does not have | \`pack-configuration\` | \`policy 'volumes-per-drive' has no setting 'maximum': it has 'max', 'reason'\` |
| \`remediate\` for a policy that cannot mend | \`pack-configuration\` | \`policy 'same-zone' cannot be 'remediate': it can be mandatory, advisory, disabled\` |
| a value of the wrong kind, a malformed override of a limit | the engine | \`volume-limits: limits.gp3.maxSizeGiB: Invalid type. Expected: integer, given: string\` |
| a level that does not exist | the engine | \`parsing enforcement level for "same-zone": "off" is not a valid enforcement level\` |
| not JSON, or no map | the engine | \`unexpected end of JSON input\`, \`cannot unmarshal array\`; an empty file counts as \`{}\` |`;

export const EXAMPLE = `\`\`\`json
{
  "volumes-per-customer": { "max": 40 },
  "volume-limits": { "limits": { "gp3": { "maxSizeGiB": 131072 } } },
  "volume-protected": { "enforcementLevel": "disabled", "reason": "scratch volumes of the render farm, rebuilt every night" }
}
\`\`\``;

export const OTHER_PACKS = `\`@pulumi/awsguard\` may run beside this pack (\`--policy-pack\` twice), but one of its rules is the opposite of what a drive needs:
\`ec2-volume-inuse\` with \`checkDeletion\` wants volumes to be deleted when their instance is terminated. Here the server is what may be lost at any
time and the volumes are what lasts (requirement S9), so \`data-kept-on-termination\` refuses just that. Switch awsguard's rule off for stacks with a drive. Its
\`encrypted-volumes\` looks at devices inside instances and asks for the same as \`volume-encrypted\`, and for encrypted root volumes as well.`;
