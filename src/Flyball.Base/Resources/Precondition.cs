namespace Flyball.Base.Resources;

/// <summary>
/// The key must stand at <see cref="Revision"/> when the transaction commits; None: it must not exist.
/// </summary>
public readonly record struct Precondition(ResourceKey Key, Revision Revision);
