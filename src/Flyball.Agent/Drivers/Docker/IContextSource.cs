namespace Flyball.Agent.Drivers.Docker;

/// <summary>Fetches uploaded build contexts from the server.</summary>
internal interface IContextSource
{
    /// <summary>Writes the tar of this digest to a file and checks it; the reason when that failed.</summary>
    ValueTask<string?> FetchAsync(string digest, string path, CancellationToken cancellation);
}
