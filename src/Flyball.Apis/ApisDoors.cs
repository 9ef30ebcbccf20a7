using System.Text.Json;
using Flyball.Apis.Api;
using Flyball.Apis.Comparing;
using Flyball.Apis.Describing;
using Flyball.Apis.Keeping;
using Flyball.Apis.Pages;
using Flyball.Apis.Reading;
using Flyball.Apis.Usage;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Scheduling;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flyball.Apis;

/// <summary>The doors of the module that keeps the catalogue of services' APIs.</summary>
public static class ApisDoors
{
    /// <summary>
    /// The loop that keeps documents (on the server that holds the lease <c>apis</c>), what the API and the pages need,
    /// and <see cref="IApiDocumentCheck"/>. Needs <see cref="IResourceStore"/>, <see cref="IResourceReader"/>,
    /// <see cref="IBlobs"/>, <see cref="IMetricQuery"/>, <see cref="IWorkers"/>, <see cref="TimeProvider"/> and
    /// logging.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddApis(this IServiceCollection services, ApisOptions options)
    {
        ValidateOptionsResult verdict = new ApisOptionsValidator().Validate(null, options);
        if (verdict.Failed) throw new OptionsValidationException("apis", typeof(ApisOptions), verdict.Failures);
        services.AddSingleton(options);
        services.AddSingleton<ApisMetrics>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<IApiDocumentCheck>(provider => provider.GetRequiredService<DocumentStore>());
        services.AddSingleton<DocumentFetcher>();
        services.AddSingleton<DocumentPass>();
        services.AddHostedService<CatalogueLoop>();
        services.AddSingleton<ConsumerUsage>();
        services.AddSingleton<ApiCatalogue>();
        services.AddSingleton<ApisApi>();
        services.AddSingleton<ApiPages>();
        return services;
    }

    /// <summary>Maps <c>/api/flyball/v1/apis</c> and the pages below <c>/apis</c> on the API door.</summary>
    public static void MapApis(this IEndpointRouteBuilder endpoints)
    {
        endpoints.ServiceProvider.GetRequiredService<ApisApi>().Map(endpoints);
        endpoints.ServiceProvider.GetRequiredService<ApiPages>().Map(endpoints);
    }

    /// <summary>Compares two documents, for commands that need no server.</summary>
    /// <param name="oldName">What the old one is called in the answer and in errors.</param>
    /// <param name="newName">The same of the new one.</param>
    /// <returns>
    /// The differences as JSON, as the API answers them; or null, and what is wrong with a document, a line each.
    /// </returns>
    public static (byte[]? Json, IReadOnlyList<string> Problems) Compare(
        string oldName, ReadOnlySpan<byte> oldDocument, string newName, ReadOnlySpan<byte> newDocument)
    {
        (ApiDescription? before, IReadOnlyList<ApiFault> oldFaults) = ApiReading.Read(oldDocument);
        (ApiDescription? after, IReadOnlyList<ApiFault> newFaults) = ApiReading.Read(newDocument);
        if (before is null || after is null)
            return (null, [
                .. oldFaults.Select(fault => $"{oldName}: {fault}"),
                .. newFaults.Select(fault => $"{newName}: {fault}"),
            ]);
        var answer = DiffAnswer.Of(oldName, newName, ApiComparer.Compare(before, after));
        return (JsonSerializer.SerializeToUtf8Bytes(answer, ApisJson.Default.DiffAnswer), []);
    }
}
