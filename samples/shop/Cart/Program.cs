using Shop.Cart;
using Shop.ServiceDefaults;

WebApplicationBuilder builder = ServiceDefaults.CreateBuilder(args);
builder.AddNeighbour("catalogue");
builder.Services.AddSingleton<CartStore>();
WebApplication app = builder.Build();
app.MapDefaults();

app.MapGet("/products", async (IHttpClientFactory clients, CancellationToken cancellation) =>
    Results.Bytes(await clients.CreateClient("catalogue").GetByteArrayAsync("/products", cancellation),
        "application/json"));

app.MapGet("/carts/{cart}",
    async (string cart, CartStore store, IHttpClientFactory clients, CancellationToken cancellation) =>
{
    HttpClient catalogue = clients.CreateClient("catalogue");
    var lines = new List<CartLine>();
    foreach ((string id, int quantity) in store.Lines(cart))
    {
        ProductView? product = await catalogue.GetFromJsonAsync<ProductView>(
            $"/products/{Uri.EscapeDataString(id)}", cancellation);
        if (product is not null) lines.Add(new CartLine(id, product.Name, quantity, product.PriceCents));
    }

    return lines;
});

app.MapPut("/carts/{cart}/{product}", (string cart, string product, int? quantity, CartStore store) =>
    store.Put(cart, product, Math.Clamp(quantity ?? 1, 0, 99)) ? Results.NoContent() : Results.StatusCode(429));

app.Run();

/// <summary>What the cart needs to know of a product.</summary>
internal sealed record ProductView(string Name, int PriceCents);
