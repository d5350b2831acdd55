import type { SceneProps } from "../stores/scene-store.ts";

/** The run as a drawing; its text equivalent is the outline. */
export default function Scene({ store }: SceneProps) {
  return <div data-nodes={store.getState().nodes.length} />;
}
