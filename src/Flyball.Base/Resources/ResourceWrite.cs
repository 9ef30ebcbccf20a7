namespace Flyball.Base.Resources;

/// <summary>A put, or a delete when <see cref="Value"/> is null.</summary>
public readonly record struct ResourceWrite(ResourceKey Key, ReadOnlyMemory<byte>? Value);
