namespace Flyball.Base.Resources;

/// <summary>A decoded resource with the revision that a precondition on it would name.</summary>
public readonly record struct Resource<T>(ResourceKey Key, Revision Revision, T Value) where T : class;
