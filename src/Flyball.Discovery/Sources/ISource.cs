namespace Flyball.Discovery.Sources;

/// <summary>Where services are registered that are not registered here.</summary>
internal interface ISource : IDisposable
{
    /// <summary>Tells what is there, and every change, until it fails.</summary>
    /// <exception cref="SourceException">It is away, or answers what makes no sense.</exception>
    Task RunAsync(ISourceSink sink, CancellationToken cancellation);
}
