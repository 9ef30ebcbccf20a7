namespace Flyball.Base.Resources;

/// <summary>
/// What a watch yields: every change of the watched kinds after the last batch, up to and including
/// <see cref="Through"/>, never half a transaction. When <see cref="Compacted"/> is set the reader was too far behind:
/// <see cref="Changes"/> is empty and it lists again from a snapshot at <see cref="Through"/> or later.
/// </summary>
public sealed record ChangeBatch(Revision Through, IReadOnlyList<ResourceChange> Changes, bool Compacted = false);
