using System.Text;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Blobs;
using Flyball.Scheduling.Compose;
using Flyball.Scheduling.Http;
using Flyball.Scheduling.Leading;
using Flyball.Scheduling.Workloads.Changing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>Compiles Compose projects and makes them the desired state.</summary>
internal sealed class ApplyingApi(
    ChangeCommitter committer,
    BlobStore blobs,
    SchedulingOptions options,
    SchedulingMetrics metrics,
    IApiDocumentCheck documents,
    IWorkers workers,
    IMetricGrammar grammar,
    TimeProvider time)
{
    public async Task InspectAsync(HttpContext context)
    {
        ComposeInput input = InputOf(await ReadAsync(context)) with { Inspecting = true };
        ComposeResult compiled = await workers.RunAsync(() => ComposeCompiler.Compile(input), context.RequestAborted);
        var answer = new InspectAnswer
        {
            Project = compiled.Project,
            Workloads = [.. compiled.Workloads.Select(workload => WorkloadName.Of(workload.Project, workload.Service))],
            Routes = RoutesOf(compiled),
            Builds =
            [
                .. compiled.Builds.Select(build => new InspectedBuild(
                    build.Service, build.ContextPath, build.Dockerfile, build.DockerfileInline, build.Target,
                    build.Args)),
            ],
            Files = [.. compiled.Needs.Select(need => need.Path)],
            Variables = [.. compiled.Variables],
            Warnings = [.. compiled.Warnings.Select(ErrorOf)],
            Errors = [.. compiled.Errors.Select(ErrorOf)],
        };
        await JsonAnswer.OkAsync(context, answer, SchedulingJson.Default.InspectAnswer);
    }

    public async Task ApplyAsync(HttpContext context)
    {
        bool dryRun = context.Request.Query["dryRun"].ToString() is "" or "true"
            && context.Request.Query.ContainsKey("dryRun");
        Revision? wanted = ApiHandler.IfMatch(context);
        ComposeInput input = InputOf(await ReadAsync(context));
        ComposeResult compiled = await workers.RunAsync(() => ComposeCompiler.Compile(input), context.RequestAborted);
        if (!compiled.Succeeded)
            throw ApiRefusal.Invalid("The Compose project has errors.", [.. compiled.Errors.Select(ErrorOf)]);
        await RequireContextsAsync(compiled, context.RequestAborted);
        await TakeDocumentsAsync(compiled, dryRun, context.RequestAborted);
        (Revision revision, ApplyPlan plan) = await committer.CommitAsync(
            snapshot =>
            {
                ApplyPlan made = ApplyPlan.Of(compiled, snapshot);
                ChangeCommitter.Check(wanted, SubjectOf(compiled), made.ProjectRevision);
                if (dryRun) return (new StoreTransaction(), made);
                if (made.Transaction.Writes.Count > 0)
                    made.Transaction.Audit(context, "apply", SubjectOf(compiled), time, Describe(made.Workloads));
                return (made.Transaction, made);
            },
            wanted is not null,
            context.RequestAborted);
        bool isWritten = !dryRun && plan.Transaction.Writes.Count > 0;
        ApplyAnswer answer = AnswerOf(compiled, plan, isWritten ? revision : plan.ProjectRevision, dryRun);
        ApiHandler.SetRevision(context, new Revision(answer.Revision));
        await JsonAnswer.OkAsync(context, answer, SchedulingJson.Default.ApplyAnswer);
    }

    private static ApplyAnswer AnswerOf(ComposeResult compiled, ApplyPlan plan, Revision revision, bool dryRun) => new()
    {
        Project = compiled.Project,
        Revision = revision.Value,
        DryRun = dryRun,
        Workloads = plan.Workloads,
        Routes = RoutesOf(compiled),
        Warnings = [.. compiled.Warnings.Select(ErrorOf), .. plan.Warnings],
    };

    private Task<ApplyBody> ReadAsync(HttpContext context) => JsonBody.ReadAsync(
        context, SchedulingJson.Default.ApplyBody, options.ManifestBytesMax, metrics, nameof(options.ManifestBytesMax));

    private ComposeInput InputOf(ApplyBody body)
    {
        if (body.Files.Count == 0) throw ApiRefusal.Invalid("files", "at least one Compose file is needed");
        if (!body.ProjectDirectory.StartsWith('/'))
            throw ApiRefusal.Invalid("projectDirectory", "must be an absolute path");
        var files = new List<ComposeFile>();
        for (int i = 0; i < body.Files.Count; i++)
            files.Add(new ComposeFile(
                body.Files[i].Name, body.Files[i].Text ?? throw ApiRefusal.Invalid($"files[{i}].text", "is missing")));
        var attachments = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (ApplyFile file in body.Attachments)
            attachments[file.Name] = file.Base64 ?? Encoding.UTF8.GetBytes(file.Text ?? "");
        var input = new ComposeInput
        {
            Files = files,
            ProjectDirectory = body.ProjectDirectory,
            Environment = body.Environment,
            Attachments = attachments,
            Profiles = body.Profiles,
            Project = body.Project,
            Contexts = body.Contexts,
            ProblemOfPromQl = grammar.ProblemOf,
        };
        if (body.DotEnv is { } dotEnv) attachments[input.DotEnvPath] = Encoding.UTF8.GetBytes(dotEnv);
        return input;
    }

    /// <summary>A version whose context is not here could never be built.</summary>
    private async Task RequireContextsAsync(ComposeResult compiled, CancellationToken cancellation)
    {
        var missing = new List<ApiError>();
        foreach (Workload workload in compiled.Workloads)
            if (workload.Task.Build?.ContextDigest is { } digest && !await blobs.ExistsAsync(digest, cancellation))
                missing.Add(new ApiError
                {
                    Field = $"contexts.{workload.Service}",
                    Message = $"the build context {digest} has not been uploaded",
                });
        if (missing.Count > 0) throw ApiRefusal.Invalid("A build context is missing.", missing);
    }

    /// <summary>Checks the documents of APIs, and keeps them before anything refers to them.</summary>
    private async Task TakeDocumentsAsync(ComposeResult compiled, bool dryRun, CancellationToken cancellation)
    {
        var wrong = new List<ApiError>();
        foreach (ComposeApi api in compiled.Apis)
        {
            if (api.Document is not { } document) continue;
            IReadOnlyList<ApiDocumentFault> faults = await workers.RunAsync(
                () => documents.Check(document), cancellation);
            wrong.AddRange(faults.Select(fault => new ApiError
            {
                File = api.File,
                Line = fault.Line == 0 ? null : fault.Line,
                Column = fault.Column == 0 ? null : fault.Column,
                Key = fault.Pointer.Length == 0 ? null : "#" + fault.Pointer,
                Message = fault.Message,
            }));
        }

        if (wrong.Count > 0) throw ApiRefusal.Invalid("An OpenAPI document has errors.", wrong);
        if (dryRun) return;
        foreach (ComposeApi api in compiled.Apis)
            if (api.Document is { } document && await blobs.KeepAsync(document, cancellation) is null)
                throw ApiRefusal.Unavailable("The disk takes no more; nothing was applied.");
    }

    private static List<AppliedRoute> RoutesOf(ComposeResult compiled) =>
        [.. compiled.Routes.Select(pair => AppliedRoute.Of(pair.Key, pair.Value))];

    private static ResourceKey SubjectOf(ComposeResult compiled) => new("project", compiled.Project);

    private static string Describe(IReadOnlyList<AppliedWorkload> workloads) =>
        string.Join(", ", workloads.Where(workload => workload.Change != "unchanged")
            .Select(workload => $"{workload.Name} {workload.Change}"));

    private static ApiError ErrorOf(ComposeDiagnostic diagnostic) => new()
    {
        File = diagnostic.File,
        Line = diagnostic.Line == 0 ? null : diagnostic.Line,
        Column = diagnostic.Column == 0 ? null : diagnostic.Column,
        Key = diagnostic.Key.Length == 0 ? null : diagnostic.Key,
        Message = diagnostic.Message,
        Suggestion = diagnostic.Suggestion,
    };
}
