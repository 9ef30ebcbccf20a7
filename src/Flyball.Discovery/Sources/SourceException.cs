namespace Flyball.Discovery.Sources;

/// <summary>What a source did instead of answering.</summary>
/// <param name="isAway">It did not answer; else it answered what makes no sense.</param>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
internal sealed class SourceException(bool isAway, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsAway => isAway;

    public static SourceException Away(string message, Exception? inner = null) => new(true, message, inner);

    public static SourceException Wrong(string message, Exception? inner = null) => new(false, message, inner);
}
