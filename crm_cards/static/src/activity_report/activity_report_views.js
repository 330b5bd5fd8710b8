import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";

/** Statistics from which an activity is planned, as from the lists beside them. */
function withNewActivity(view, template) {
    class ActivityReportController extends view.Controller {
        static template = template;

        setup() {
            super.setup();
            this.actionService = useService("action");
        }

        newActivity() {
            return this.actionService.doAction("crm_cards.mail_activity_action_new", {
                onClose: () => this.model.load(this.model.searchParams),
            });
        }
    }
    return { ...view, Controller: ActivityReportController };
}

registry
    .category("views")
    .add("crm_cards_activity_pivot", withNewActivity(pivotView, "crm_cards.ActivityPivotView"))
    .add("crm_cards_activity_graph", withNewActivity(graphView, "crm_cards.ActivityGraphView"));
