import { useId } from "react";

export function Logo({ className }: { readonly className?: string }) {
  const id = useId();
  return (
    <svg aria-hidden viewBox="0 0 64 64" className={className}>
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#667eea" />
          <stop offset="1" stopColor="#764ba2" />
        </linearGradient>
      </defs>
      <rect width="64" height="64" rx="16" fill={`url(#${id})`} />
      <path
        d="M20 44V20l24 24V20"
        fill="none"
        stroke="#fff"
        strokeWidth="4.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      {[
        [20, 44],
        [20, 20],
        [44, 44],
        [44, 20],
      ].map(([x, y]) => (
        <circle key={`${x}${y}`} cx={x} cy={y} r="5" fill="#fff" />
      ))}
    </svg>
  );
}
