import { Component, type ReactNode } from "react";
import { Failed } from "../features/ui/States.tsx";

interface State {
  readonly error: unknown;
}

/** A bug in one place ends as a sentence with a way back, never as an empty page. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <main className="flex min-h-dvh items-center">
        <Failed error={null} onRetry={() => location.reload()} />
      </main>
    );
  }
}
