using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// The engine's API: one client for calls, which must answer in time, and one without a time-out for what waits for
/// ever (exits, logs, exec, pulls).
/// </summary>
internal sealed class DockerEngine : IDisposable
{
    /// <summary>Of a call; creating and starting a container on a busy disk can take tens of seconds.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The newest API that the engines of Debian 12 and Ubuntu 22.04 speak; newer engines speak it too.
    /// </summary>
    private static readonly System.Version ApiVersion = new(1, 41);

    private readonly Lazy<DockerClient> calls;
    private readonly Lazy<DockerClient> streams;

    public DockerEngine(AgentOptions options)
    {
        string endpoint = options.DockerEndpoint ?? "unix:///var/run/docker.sock";
        Address = endpoint.StartsWith('/') ? new Uri("unix://" + endpoint) : new Uri(endpoint);
        calls = new Lazy<DockerClient>(() => Build(CallTimeout));
        streams = new Lazy<DockerClient>(() => Build(Timeout.InfiniteTimeSpan));
    }

    public Uri Address { get; }

    /// <summary>
    /// False when the address is a socket's and there is none; an engine elsewhere can only be asked.
    /// </summary>
    public bool HasSocket => Address.Scheme != "unix" || File.Exists(Address.LocalPath);

    public DockerClient Calls => calls.Value;

    public DockerClient Streams => streams.Value;

    /// <summary>True when the engine was not reached at all, as opposed to an answer that says no.</summary>
    public static bool IsAway(Exception error) =>
        error is HttpRequestException or SocketException or IOException or TimeoutException ||
        (error is TaskCanceledException && error.InnerException is TimeoutException);

    /// <summary>The engine's own words.</summary>
    public static string Words(Exception error)
    {
        if (error is not DockerApiException { ResponseBody: { Length: > 0 } body })
            return error.InnerException?.Message ?? error.Message;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("message", out JsonElement message) ? message.GetString() ?? body
                : body;
        }
        catch (JsonException)
        {
            return body.Trim();
        }
    }

    /// <summary>The container, or null when there is none of this id or name.</summary>
    public async Task<ContainerInspectResponse?> FindAsync(string idOrName, CancellationToken cancellation)
    {
        try
        {
            return await Calls.Containers.InspectContainerAsync(idOrName, cancellation);
        }
        catch (DockerContainerNotFoundException)
        {
            return null;
        }
    }

    /// <summary>All containers with a label, running or not.</summary>
    public async Task<IList<ContainerListResponse>> ListAsync(string label, CancellationToken cancellation) =>
        await Calls.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>>
                    { ["label"] = new Dictionary<string, bool> { [label] = true } },
            },
            cancellation);

    /// <summary>Removes a container and its anonymous volumes; one that is gone is no error.</summary>
    public async Task RemoveAsync(string idOrName, CancellationToken cancellation)
    {
        try
        {
            await Calls.Containers.RemoveContainerAsync(
                idOrName, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellation);
        }
        catch (DockerContainerNotFoundException)
        {
            // Gone already.
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Its removal is under way.
        }
    }

    public void Dispose()
    {
        if (calls.IsValueCreated) calls.Value.Dispose();
        if (streams.IsValueCreated) streams.Value.Dispose();
    }

    private DockerClient Build(TimeSpan timeout) =>
        new DockerClientBuilder().WithEndpoint(Address).WithApiVersion(ApiVersion).WithTimeout(timeout).Build();
}
