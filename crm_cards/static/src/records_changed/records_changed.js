import { useComponent, useEnv } from "@odoo/owl";
import { useBus } from "@web/core/utils/hooks";

const EVENT = "CRM_CARDS:RECORDS_CHANGED";

/** Tell the views of these records that something outside them changed some. */
export function announceRecordsChanged(env, resModel) {
    env.bus.trigger(EVENT, { resModel });
}

/**
 * Lets views of the same records that stand side by side follow each other.
 *
 * @param {string} resModel
 * @param {() => any} onChanged called when another component changed records
 * @returns {() => void} to be called after changing records oneself
 */
export function useRecordsChanged(resModel, onChanged) {
    const component = useComponent();
    const { bus } = useEnv();
    useBus(bus, EVENT, ({ detail }) => {
        if (detail.resModel === resModel && detail.origin !== component) {
            return onChanged();
        }
    });
    return () => bus.trigger(EVENT, { resModel, origin: component });
}
