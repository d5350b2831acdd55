/** NIST SP 800-63B: length and a list of common ones, no rules of composition. */
export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 128;

/** Common passwords of at least eight characters, letters folded, from the public lists of leaked ones. */
const COMMON = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pass1234 12345678 123456789
  1234567890 12345678910 0123456789 0987654321 987654321 87654321 11111111 111111111 22222222 00000000 88888888 99999999
  12341234 11223344 12121212 10203040 qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 1q2w3e4r 1q2w3e4r5t q1w2e3r4 1qaz2wsx
  zaq12wsx asdfghjk asdfghjkl zxcvbnm1 zxcvbnm123 abcd1234 abc12345 abcdefgh abcdefg1 a1b2c3d4 a1234567 aa123456 aa12345678
  iloveyou iloveyou1 letmein1 letmein123 welcome1 welcome12 welcome123 admin123 admin1234 administrator changeme changeme1
  changeme123 default1 football baseball basketball superman batman123 sunshine princess princess1 dragon123 monkey123 michael1
  trustno1 whatever starwars computer internet samsung1 liverpool chelsea1 arsenal1 manchester jordan23 hello123 hellohello
  master123 shadow123 secret123 testtest test1234 test12345 user1234 guest123 google123 facebook kuwait123 kuwait2024 kuwait2025
  kuwait2026 kuwait1961 kuwaitkuwait mohammed mohamed1 muhammad ahmed123 abdullah abdulaziz bismillah allahakbar alhamdulillah
  nexus123 nexus1234 nexusnexus passpass passw0rd1 password! password1! welcome1! qwerty123! abc123456 123123123 123321123 147258369
  159753159 789456123 741852963 963852741 55555555 66666666 77777777 33333333 44444444 12344321 43211234 1234abcd qazwsxedc`.split(
    /\s+/,
  ),
);

/** True when a password would be guessed within the first tries. */
export function isWeakPassword(password: string, about: { readonly email: string; readonly name: string }): boolean {
  const normal = password.normalize("NFKC");
  if ([...normal].length < MIN_PASSWORD) return true;
  const folded = normal.toLowerCase().trim();
  if (COMMON.has(folded) || new Set(folded).size < 3) return true;
  const personal = [about.email, about.email.split("@")[0] ?? "", about.name.replaceAll(/\s/g, "")];
  return personal.some((text) => text.length > 0 && folded === text.toLowerCase());
}
