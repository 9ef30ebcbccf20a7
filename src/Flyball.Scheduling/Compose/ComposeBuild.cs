namespace Flyball.Scheduling.Compose;

/// <summary>
/// An image to build: the caller packs <see cref="ContextPath"/> as a tar, uploads it and sends its digest in
/// <see cref="ComposeInput.Contexts"/>.
/// </summary>
internal sealed record ComposeBuild
{
    public required string Service { get; init; }

    /// <summary>Absolute, on the caller's machine.</summary>
    public required string ContextPath { get; init; }

    /// <summary>Relative to the context.</summary>
    public required string Dockerfile { get; init; }

    /// <summary><c>dockerfile_inline</c>: the caller adds it to the tar under <see cref="Dockerfile"/>.</summary>
    public string? DockerfileInline { get; init; }

    public string? Target { get; init; }

    public SortedDictionary<string, string> Args { get; init; } = new(StringComparer.Ordinal);
}
