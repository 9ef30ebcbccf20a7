using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>Sees to it that a task's image is on the node: pulled by its policy, or built from its context.</summary>
internal sealed class DockerImages(DockerEngine engine, IContextSource contexts, TimeProvider time)
{
    /// <summary>Between two sentences about one pull or build.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <summary>The image that the container is made of: of a build, a name by its content.</summary>
    public static string Reference(TaskContext task)
    {
        if (task.Spec.Build is not { } build) return WithTag(task.Spec.Image ?? "");
        var text = new StringBuilder($"{build.ContextDigest}\n{build.Dockerfile}\n{build.Target}\n");
        foreach ((string key, string value) in build.Args) text.Append(key).Append('=').Append(value).Append('\n');
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..20];
        return $"flyball-build/{task.Project}-{task.Service}:{hash}";
    }

    public async ValueTask<DriverFailure?> EnsureAsync(
        TaskContext task, Action<string> progress, CancellationToken cancellation)
    {
        string image = Reference(task);
        if (task.Spec.Build is { } build)
            return await ExistsAsync(image, cancellation) ? null
                : await BuildAsync(task, build, image, progress, cancellation);
        if (image.Length == 0) return new DriverFailure("A container needs an image.", IsPermanent: true);
        bool exists = await ExistsAsync(image, cancellation);
        return task.Spec.PullPolicy switch
        {
            "never" => exists ? null
                : new DriverFailure($"The image {image} is not on this node, and its pull policy is never."),
            "always" => await PullAsync(image, progress, cancellation),
            _ => exists ? null : await PullAsync(image, progress, cancellation),
        };
    }

    /// <summary>A reference without a tag or digest would pull every tag.</summary>
    internal static string WithTag(string image)
    {
        if (image.Length == 0 || image.Contains('@', StringComparison.Ordinal)) return image;
        int slash = image.LastIndexOf('/');
        return image.IndexOf(':', slash + 1) >= 0 ? image : image + ":latest";
    }

    private async Task<bool> ExistsAsync(string image, CancellationToken cancellation)
    {
        try
        {
            await engine.Calls.Images.InspectImageAsync(image, cancellation);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }

    private async Task<DriverFailure?> PullAsync(string image, Action<string> progress, CancellationToken cancellation)
    {
        progress($"Pulling the image {image}.");
        var watcher = new ProgressWatcher(time, $"Pulling {image}", progress);
        try
        {
            await engine.Streams.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = image }, new AuthConfig(), watcher, cancellation);
        }
        catch (DockerApiException e)
        {
            return new DriverFailure($"The image {image} cannot be pulled: {DockerEngine.Words(e)}");
        }

        if (watcher.Error is { } error) return new DriverFailure($"The image {image} cannot be pulled: {error}");
        progress($"The image {image} is here.");
        return null;
    }

    private async Task<DriverFailure?> BuildAsync(
        TaskContext task, BuildSpec build, string image, Action<string> progress, CancellationToken cancellation)
    {
        string path = Path.Combine(task.Directory, "context.tar");
        try
        {
            if (await contexts.FetchAsync(build.ContextDigest, path, cancellation) is { } problem)
                return new DriverFailure($"The build context of {task.Service} cannot be fetched: {problem}");
            progress($"Building the image of {task.Service}.");
            var watcher = new ProgressWatcher(time, $"Building {task.Service}", progress);
            await using (var context = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true))
            {
                var parameters = new ImageBuildParameters
                {
                    Tags = task.Spec.Image is { Length: > 0 } also ? [image, WithTag(also)] : [image],
                    Dockerfile = build.Dockerfile,
                    Target = build.Target,
                    BuildArgs = new Dictionary<string, string>(build.Args),
                    Labels = new Dictionary<string, string> { [DockerLabels.Project] = task.Project },
                    Remove = true,
                    ForceRemove = true,
                };
                await engine.Streams.Images.BuildImageFromDockerfileAsync(
                    parameters, context, [], new Dictionary<string, string>(), watcher, cancellation);
            }

            if (watcher.Error is { } error)
                return new DriverFailure($"The image of {task.Service} cannot be built: {error}{watcher.LastWords()}");
            progress($"The image of {task.Service} is built.");
            return null;
        }
        catch (DockerApiException e)
        {
            return new DriverFailure($"The image of {task.Service} cannot be built: {DockerEngine.Words(e)}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Called on the reading thread, in order; keeps the first error and the last words of a build.</summary>
    private sealed class ProgressWatcher(TimeProvider time, string what, Action<string> tell) : IProgress<JSONMessage>
    {
        private readonly Queue<string> words = [];
        private long lastTold = time.GetTimestamp();

        public string? Error { get; private set; }

        public string LastWords() => words.Count == 0 ? "" : " Last output: " + string.Join(" | ", words);

        public void Report(JSONMessage message)
        {
            if (message.Error is { } error) Error ??= error.Message;
            string text = (message.Stream ?? message.Status ?? "").Trim();
            if (text.Length == 0) return;
            if (message.Stream is not null)
            {
                words.Enqueue(text.Length > 200 ? text[..200] : text);
                if (words.Count > 3) words.Dequeue();
            }

            if (time.GetElapsedTime(lastTold) < ProgressInterval) return;
            lastTold = time.GetTimestamp();
            string part = message.Progress is { Total: > 0 } p
                ? FormattableString.Invariant($" {p.Current * 100 / p.Total} %") : "";
            tell($"{what}: {text}{part}");
        }
    }
}
