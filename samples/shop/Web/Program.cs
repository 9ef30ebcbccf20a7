using System.Globalization;
using System.Net;
using System.Text;
using Shop.ServiceDefaults;
using Shop.Web;

WebApplicationBuilder builder = ServiceDefaults.CreateBuilder(args);
builder.AddNeighbour("cart");
builder.Services.AddSingleton<OrderDesk>();
WebApplication app = builder.Build();
app.MapDefaults();

app.MapGet("/", async (IHttpClientFactory clients, CancellationToken cancellation) =>
{
    ProductView[] products =
        await clients.CreateClient("cart").GetFromJsonAsync<ProductView[]>("/products", cancellation) ?? [];
    var page = new StringBuilder("<!doctype html><title>Shop</title><h1>Shop</h1><ul>");
    foreach (ProductView product in products)
        page.Append(CultureInfo.InvariantCulture,
            $"<li>{WebUtility.HtmlEncode(product.Name)}: {product.PriceCents / 100m:0.00}</li>");
    return Results.Text(page.Append("</ul>").ToString(), "text/html", Encoding.UTF8);
});

app.MapGet("/api/products", async (IHttpClientFactory clients, CancellationToken cancellation) =>
    Results.Bytes(await clients.CreateClient("cart").GetByteArrayAsync("/products", cancellation), "application/json"));

app.MapGet("/api/carts/{cart}", async (string cart, IHttpClientFactory clients, CancellationToken cancellation) =>
    Results.Bytes(
        await clients.CreateClient("cart").GetByteArrayAsync($"/carts/{Uri.EscapeDataString(cart)}", cancellation),
        "application/json"));

app.MapPut("/api/carts/{cart}/{product}",
    async (string cart, string product, int? quantity, IHttpClientFactory clients, CancellationToken cancellation) =>
{
    using HttpResponseMessage answer = await clients.CreateClient("cart")
        .PutAsync($"/carts/{Uri.EscapeDataString(cart)}/{Uri.EscapeDataString(product)}?quantity={quantity ?? 1}", null,
            cancellation);
    return Results.StatusCode((int)answer.StatusCode);
});

// Work that costs CPU, for load tests: the sum is returned so that nothing can be optimised away.
app.MapGet("/work", (int? microseconds) =>
{
    long end = System.Diagnostics.Stopwatch.GetTimestamp()
        + (Math.Clamp(microseconds ?? 1000, 0, 1_000_000) * System.Diagnostics.Stopwatch.Frequency / 1_000_000);
    double sum = 0;
    while (System.Diagnostics.Stopwatch.GetTimestamp() < end)
        for (int i = 1; i < 200; i++) sum += Math.Sqrt(i);
    return sum;
});

// Work that takes time but no CPU, for load tests: an instance has so many clerks, and each order takes one of them.
app.MapGet("/order", async (OrderDesk desk, CancellationToken cancellation) =>
    Results.StatusCode(await desk.ServeAsync(cancellation) ? 200 : 503));

app.Run();

/// <summary>What the page shows of a product.</summary>
internal sealed record ProductView(string Id, string Name, int PriceCents);
