/**
 * Open the card of an activity's customer, with the activity before one's eyes (row 57).
 *
 * @param {Object} actionService
 * @param {{ resModel: string, resId: number, context: Object }} activity
 */
export function openCustomerOf(actionService, { resModel, resId, context }) {
    return actionService.doActionButton({
        type: "object",
        name: "action_open_customer",
        resModel,
        resId,
        resIds: [resId],
        context,
    });
}
