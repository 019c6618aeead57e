import { headerKey } from '../spelling.js'

/*
 * Headers that can hardly mean anything else than a field, of tables that people keep in their own language. They are suggested
 * and never taken: what a team means by them is for the user to say.
 */

const when = '(?:date|time|datetime|at|on|utc)'

/** In the form of `headerKey`, without brackets and their content. */
const patterns = {
  title:
    `(?:short|ticket|case|incident|defect)(?:description|desc|summary|subject|title|name)|titel|betreff|thema|zusammenfassung|kurzbeschreibung|bezeichnung|titre|sujet|objet|` +
    `intitulé|título|asunto|assunto|resumen|resumo|rubrik|ämne|sammanfattning|件名|タイトル|題名|概要|标题|主题|제목`,
  externalId:
    `(?:ticket|issue|bug|defect|case|incident|task|item|request)(?:#|no\\.?|nr\\.?|num|number|id|key)|no\\.?|nr\\.?|№|` +
    `nummer|ticketnummer|fehlernummer|numéro|número|キー|番号|编号|번호`,
  status:
    `(?:issue|ticket|task|bug|item|card|workflow)?(?:status|state|stage)(?:name)?|workflowstate|progress|` +
    `(?:is)?(?:done|fixed|open)\\??|statut|zustand|estado|état|situação|situación|ステータス|状態|状态|상태`,
  severity:
    `(?:issue|ticket|task|bug|item)?(?:severity|priority|prio)(?:level|name)?|schweregrad|dringlichkeit|priorität|priorité|` +
    `gravité|sévérité|criticité|prioridad|gravedad|severidad|prioridade|gravidade|severidade|prioritet|allvarlighetsgrad|` +
    `優先度|重要度|深刻度|优先级|严重程度|우선순위`,
  assignee:
    `assigned(?:to|user|person)?|developer|responsible|bearbeiter(?:in)?|zuständige?r?|zugewiesen(?:an)?|verantwortliche?r?|` +
    `assignéà?|responsable|asignado(?:a)?|atribuídoa|responsável|ansvarig|tilldelad|担当者?|负责人|담당자`,
  project: `projekt|projet|proyecto|projeto|プロジェクト|项目|프로젝트`,
  createdAt:
    `(?:date|time)(?:created|creation|opened|submitted|reported|raised|logged|entered|added)|` +
    `(?:created|creation|opened|submitted|reported|raised|logged)${when}?|syscreatedon|(?:angelegt|erstellt|erfasst|gemeldet)(?:am)?|` +
    `erstellungsdatum|datedecréation|créée?(?:le)?|création|fechadecreación|cread[oa]|criad[oa](?:em)?|datadecriação|` +
    `skapad(?:datum)?|作成日時?|登録日時?|起票日|创建(?:时间|日期)|생성일`,
  updatedAt:
    `(?:date|time)(?:updated|modified|changed)|(?:last)?(?:updated?|modified|changed|edited)${when}?|sysupdatedon|` +
    `(?:aktualisiert|(?:zuletzt)?geändert)(?:am)?|misàjour(?:le)?|modifié(?:le)?|actualizad[oa]|atualizad[oa](?:em)?|` +
    `uppdaterad|ändrad|更新日時?|更新时间|수정일`,
  resolvedAt:
    `(?:date|time)(?:resolved|closed|completed|fixed|finished|solved)|(?:resolved|closed|completed|solved)${when}?|` +
    `(?:resolution|closing|closure|completion|fixed|done|finished)${when}|(?:erledigt|gelöst|geschlossen|abgeschlossen)(?:am)?|` +
    `(?:résolue?|fermée?|close?)(?:le)?|datede(?:résolution|clôture|fermeture)|fechade(?:resolución|cierre)|resuelt[oa]|cerrad[oa]|` +
    `resolvid[oa](?:em)?|fechad[oa](?:em)?|stängd|löst|avslutad|解決日時?|完了日時?|(?:解决|关闭)(?:时间|日期)|해결일`,
} as const

type FieldWithLikelyHeaders = keyof typeof patterns

export const fieldsWithLikelyHeaders = Object.keys(patterns) as FieldWithLikelyHeaders[]

const expressions = new Map(
  fieldsWithLikelyHeaders.map((field) => [field, new RegExp(`^(?:${patterns[field]})$`, 'u')]),
)

/** The first of the headers that is probably the field's. */
export function likelyHeader(field: FieldWithLikelyHeaders, headers: readonly string[]): string | undefined {
  return headers.find(
    (header) => expressions.get(field)?.test(headerKey(header.replace(/\(.*\)/, ''))) === true,
  )
}
