import { Dialog, showDialog } from '@jupyterlab/apputils';

/** Asks before what cannot be undone; resolves to whether the user agreed. */
export async function confirmed(
  title: string,
  body: string,
  act: string
): Promise<boolean> {
  const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: act })];
  return (await showDialog({ title, body, buttons })).button.accept;
}
