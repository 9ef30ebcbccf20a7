namespace Flyball.Discovery.Sidecar;

/// <summary>The catalogue did not do what it was asked for.</summary>
/// <param name="isRefused">It answered, and said no; else it is away, or answers what makes no sense.</param>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
internal sealed class CatalogueException(bool isRefused, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsRefused => isRefused;
}
