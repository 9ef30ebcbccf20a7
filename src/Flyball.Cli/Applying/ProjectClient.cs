using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Applying;

/// <summary>
/// Applies a Compose project and follows it until it runs: what <c>up</c> does beside running the server.
/// </summary>
public sealed class ProjectClient(ClientContext context) : IDisposable
{
    private readonly ApiClient client = new(context);

    /// <summary>Applies; the workloads' names and the hosts at which the project is reached.</summary>
    /// <param name="tell">Takes each line of progress and each warning.</param>
    /// <exception cref="ProjectException">The files were refused; the message names file and line.</exception>
    public async Task<AppliedProject> ApplyAsync(
        ApplyRequest request, Action<string> tell, CancellationToken cancellation)
    {
        try
        {
            using JsonDocument answer = await new Applier(client).ApplyAsync(request, tell, cancellation);
            foreach (JsonElement warning in answer.RootElement.Items("warnings"))
                tell("warning: " + Problems.Diagnostic(warning));
            return new AppliedProject(
                answer.RootElement.Text("project") ?? "",
                [.. answer.RootElement.Items("workloads").Select(row => row.Text("name")!)],
                [.. answer.RootElement.Items("routes").Where(row => row.Text("listen") is null)
                    .Select(row => (row.Text("host") ?? "localhost") + (row.Text("pathPrefix") ?? "/"))]);
        }
        catch (CommandFailure failure)
        {
            throw new ProjectException(failure.Message, failure.ExitCode);
        }
    }

    /// <summary>True when every workload is healthy; false when a rollout failed.</summary>
    public Task<bool> WaitAsync(AppliedProject project, Action<string> tell, CancellationToken cancellation) =>
        new RolloutWait(client).WaitAsync(project.Workloads, tell, cancellation);

    /// <summary>The standard Compose file of the current folder.</summary>
    /// <exception cref="ProjectException">There is none.</exception>
    public static string DefaultFile()
    {
        try
        {
            return ComposeFiles.Default();
        }
        catch (CommandFailure failure)
        {
            throw new ProjectException(failure.Message, failure.ExitCode);
        }
    }

    public void Dispose() => client.Dispose();
}
