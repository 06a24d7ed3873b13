/** What no single policy can say of the whole; the rest of docs/policies.md comes from the policies. */
export const INTRODUCTION = `A CrossGuard pack for storage on AWS. It judges a preview before anything is touched, and it knows nothing of our own
components: plain \`aws.ebs.Volume\` and \`aws.ec2.Instance\` programs are judged by the same rules.

\`\`\`sh
pulumi preview --policy-pack policies
pulumi preview --policy-pack policies --policy-pack-config stacks/policies.content.json
npm run preview:pr -- --stack content      # the same, in the drive's words
\`\`\`

- **Preview before \`up\`.** A rule on the whole stack is judged when everything in it is known; an \`up\` that skips the preview
  therefore reports it only after everything was made. \`elastic-drive up\` always previews with the pack first.
- **What a preview does not know** is named in a remark ("not judged: …") and judged when it is known. It never silences the
  rule for the other resources.
- **Which volume is on which server** is read from the dependencies that the engine records, so it is known before either exists.
- **A drive** is what carries the tag \`elastic-drive:drive\`, or is inside our component. A slot's state comes from our stack's output
  \`desired\`; a program without it may say it by the tags \`elastic-drive:state\` (\`leaving\`, \`released\`) and \`elastic-drive:takes\` (slots whose data a volume takes over).
- **What it costs** (\`npm run bench -- policies\`; two cores that were busy with other work, so trust the ratios): at 1,000 resources the pack's
  process used 6.2 s of processor time and 179 MiB, a pack without any policy 5.3 s and 169 MiB, awsguard 6.7 s and 199 MiB; the policies' own part grew 4.4 times from 100 to 1,000.
  The whole preview took no longer than with the empty pack (0.8 to 1.0 of it, within the noise of that machine).
- **What the pack cannot see**: resources of other stacks, prefix lists, options that an account or an image sets, and what is
  inside a server.`;

export const SWITCHING_OFF = `Levels and settings of a stack are a JSON file beside its configuration, \`stacks/policies.<stack>.json\`; \`npm run preview:pr\` takes it by
itself, \`pulumi\` takes it as \`--policy-pack-config\`. Every policy may be \`mandatory\`, \`advisory\` or \`disabled\` (those that can mend: also
\`remediate\`). **Lowering one wants a reason**: it is shown in every preview as a remark of \`pack-configuration\`, and a lowered
policy without one is shown as well. A name that no policy has, and a setting that the policy does not have, are refused; a value of the wrong kind is refused by the
engine, with the place and what is expected. (Settings for a name that no policy has, without a level, end the engine itself with \`invalid enforcement level ""\`: look for a misspelt name.)`;

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
\`encrypted-volumes\` looks at devices inside instances and asks for the same as \`volume-encrypted\`.`;
