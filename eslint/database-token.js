/** Interfaces of src/engine that all code may pass on, and whose members only src/engine and src/data may use. */
const tokenNames = new Set(['Connection', 'Tables'])

/**
 * Rejects every use of a member of an open database, a transaction or a connection, which are tokens to all callers
 * above the data functions. It checks types, so that a token is found under any name, and if its type is inferred.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const databaseToken = {
  meta: {
    type: 'problem',
    messages: {
      member:
        'To code above src/data this is a token without members: pass it to a function of src/engine or src/data.',
    },
  },
  create(context) {
    /** @type {{ getTypeAtLocation(node: object): import('typescript').Type }} */
    const services = context.sourceCode.parserServices
    /** @param {object} node */
    const isToken = (node) => {
      const type = services.getTypeAtLocation(node)
      return (type.isUnionOrIntersection() ? type.types : [type]).some(isTokenType)
    }
    return {
      MemberExpression(node) {
        if (isToken(node.object)) context.report({ node: node.property, messageId: 'member' })
      },
      ObjectPattern(node) {
        if (node.properties.length > 0 && isToken(node)) context.report({ node, messageId: 'member' })
      },
    }
  },
}

/** @param {import('typescript').Type} type */
function isTokenType(type) {
  // Prisma's client and its transactions, whatever the name of the derived type.
  if (type.getProperty('$queryRaw')) return true
  const symbol = type.getSymbol()
  return (
    symbol !== undefined &&
    tokenNames.has(symbol.name) &&
    (symbol.declarations ?? []).some((each) => each.getSourceFile().fileName.includes('/src/engine/'))
  )
}
