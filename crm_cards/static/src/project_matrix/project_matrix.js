import { registry } from "@web/core/registry";
import { useSortable } from "@web/core/utils/sortable_owl";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

const ROWS = "card_importance";
const COLUMNS = "card_urgency";
// What has not been ranked is nothing out of the ordinary.
const UNRANKED = "1";

/**
 * Importance by urgency: each record in the cell of its two values, and dragged
 * to another one.
 *
 * The board of a kanban view as long as nobody groups it, which is then a board as
 * any other. Search, pager, cards and rights are those of the view.
 */
export class ProjectMatrixRenderer extends KanbanRenderer {
    static template = "crm_cards.ProjectMatrixRenderer";

    setup() {
        super.setup();
        if (this.canUseSortable) {
            useSortable({
                enable: () => this.canMoveInMatrix,
                ref: this.rootRef,
                elements: ".o_draggable",
                ignore: ".dropdown,select",
                groups: ".o_crm_cards_matrix_cell",
                connectGroups: true,
                cursor: "move",
                placeholderClasses: ["visible", "opacity-50"],
                onDragStart: (params) => this.sortStart(params),
                onDragEnd: (params) => this.sortStop(params),
                onGroupEnter: ({ group }) => group.classList.add("o_crm_cards_matrix_target"),
                onGroupLeave: ({ group }) => group.classList.remove("o_crm_cards_matrix_target"),
                onDrop: ({ element, parent }) => this.dropInCell(element, parent),
            });
        }
    }

    get canMoveInMatrix() {
        return !this.props.list.isGrouped && this.props.archInfo.activeActions.edit;
    }

    /** What ranks highest comes first, on both axes. */
    getRanks(fieldName) {
        return [...this.props.list.fields[fieldName].selection].reverse();
    }

    get columns() {
        return this.getRanks(COLUMNS).map(([value, label]) => ({ value, label }));
    }

    get rows() {
        return this.getRanks(ROWS).map(([importance, label]) => ({
            value: importance,
            label,
            cells: this.columns.map(({ value: urgency, label: urgencyLabel }) => ({
                importance,
                urgency,
                rank: Number(importance) + Number(urgency),
                title: `${this.rowsTitle}: ${label} · ${this.columnsTitle}: ${urgencyLabel}`,
                records: this.props.list.records.filter(
                    ({ data }) =>
                        (data[ROWS] || UNRANKED) === importance &&
                        (data[COLUMNS] || UNRANKED) === urgency
                ),
            })),
        }));
    }

    get rowsTitle() {
        return this.props.list.fields[ROWS].string;
    }

    get columnsTitle() {
        return this.props.list.fields[COLUMNS].string;
    }

    async dropInCell(element, cell) {
        cell?.classList.remove("o_crm_cards_matrix_target");
        const record = this.props.list.records.find(({ id }) => id === element.dataset.id);
        if (!cell || !record) {
            return;
        }
        const { importance, urgency } = cell.dataset;
        if (record.data[ROWS] === importance && record.data[COLUMNS] === urgency) {
            return;
        }
        try {
            await record.update({ [ROWS]: importance, [COLUMNS]: urgency }, { save: true });
        } catch (error) {
            // Refused: the card goes back to where it was.
            await record.load();
            throw error;
        }
    }
}

export const projectMatrixView = { ...kanbanView, Renderer: ProjectMatrixRenderer };

registry.category("views").add("crm_cards_project_matrix", projectMatrixView);
