import path from 'node:path'
import type { Context } from '../../context.js'

/** The bundled worker in which the engine of a served database runs. */
export function workerFile(ctx: Context): string {
  return path.join(ctx.line.packageRoot, 'dist/engine-worker.js')
}
