import { type ComponentType, useEffect, useState } from "react";
import { toastError } from "../../stores/toast-store.ts";

/**
 * A component in a chunk of its own. Unlike `lazy` it is drawn at once when the chunk is there already (`load` was
 * awaited), so that nothing jumps; until then `Meanwhile` stands in its place.
 */
export function late<Props extends object>(
  fetchIt: () => Promise<ComponentType<Props>>,
  Meanwhile: ComponentType<Props>,
): { readonly Late: ComponentType<Props>; readonly load: () => Promise<void> } {
  let Loaded: ComponentType<Props> | null = null;
  const load = async () => {
    Loaded ??= await fetchIt();
  };
  function Late(props: Props) {
    const [, setThere] = useState(Loaded !== null);
    useEffect(() => {
      if (!Loaded) load().then(() => setThere(true), toastError);
    }, []);
    const Shown = Loaded ?? Meanwhile;
    return <Shown {...props} />;
  }
  return { Late, load };
}
